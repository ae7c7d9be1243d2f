// What the panes show of a drawing: the mask over the picture, the picture through the mask, and how like each patch is.

const PINK = rgba(255, 60, 160, 105);
const WHITE = rgba(255, 255, 255, 235);
const NIGHT = rgba(8, 12, 22, 236);
const SEEN = 235;
const GLOW = [[10, 8, 32], [58, 22, 110], [138, 34, 120], [212, 66, 82], [246, 140, 48], [252, 238, 150]];

/** The mask in pink with a white edge. */
export function paintMask(canvas, { mask, width, height }) {
  paint(canvas, width, height, (pixels) => {
    for (let at = 0; at < mask.length; at += 1) if (mask[at]) pixels[at] = PINK;
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const at = row * width + column;
        if (pixels[at] && isEdge(mask, at, row, column, width, height)) pixels[at] = WHITE;
      }
    }
  });
}

/** Night over all that is not in the mask. */
export function paintOutside(canvas, { mask, width, height }) {
  paint(canvas, width, height, (pixels) => {
    for (let at = 0; at < mask.length; at += 1) if (!mask[at]) pixels[at] = NIGHT;
  });
}

/** A pixel per patch, from dark blue to pale yellow; clear where nothing is seen, and all over where there is nothing to be like. */
export function paintLikeness(canvas, values, rows, columns) {
  paint(canvas, columns, rows, (pixels) => {
    if (values) for (let at = 0; at < values.length; at += 1) if (values[at] > -1) pixels[at] = rgba(...glow(Math.max(0, values[at])), SEEN);
  });
}

/** A picture of its own, as it lies at an address. */
export async function paintPicture(canvas, address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  Object.assign(canvas, { width: picture.naturalWidth, height: picture.naturalHeight });
  canvas.getContext('2d').drawImage(picture, 0, 0);
}

/** The pixels of a picture that is shown: RGBA `data`, `width`, `height`. */
export async function pixelsOf(picture) {
  await picture.decode();
  const { naturalWidth: width, naturalHeight: height } = picture;
  const pen = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  return pen.getImageData(0, 0, width, height);
}

function paint(canvas, width, height, fill) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  fill(new Uint32Array(image.data.buffer));
  canvas.getContext('2d').putImageData(image, 0, 0);
}

function isEdge(mask, at, row, column, width, height) {
  return (row > 0 && !mask[at - width]) || (row < height - 1 && !mask[at + width]) || (column > 0 && !mask[at - 1]) || (column < width - 1 && !mask[at + 1]);
}

function glow(value) {
  const at = value * (GLOW.length - 1);
  const first = Math.min(GLOW.length - 2, Math.floor(at));
  return GLOW[first].map((start, channel) => Math.round(start + (at - first) * (GLOW[first + 1][channel] - start)));
}

function rgba(red, green, blue, alpha) {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
