// Where the maps of the administration find the picture of a marker: Leaflet cannot tell it from names with hashes.
(() => {
  const [root] = document.currentScript.src.split('js/admin-marker');
  L.Icon.Default.imagePath = `${root}leaflet/images/`;
})();
