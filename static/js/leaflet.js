// Leaflet 1.9 is no module: its script, loaded before, leaves `L` behind.

export default window.L;
