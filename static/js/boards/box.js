// A box around a position, for an address: its sides lie on a grid of about 100 m, so that it does not tell where somebody stands.

const METRES_PER_DEGREE = 111_195;
const GRID = 1000;

/** "west,south,east,north" in degrees, at least `reachM` metres to each side. */
export function boxAround({ latitude, longitude }, reachM) {
  const up = reachM / METRES_PER_DEGREE;
  const across = up / Math.max(0.01, Math.cos((latitude * Math.PI) / 180));
  const least = (degrees, limit) => Math.max(-limit, Math.floor(degrees * GRID) / GRID);
  const most = (degrees, limit) => Math.min(limit, Math.ceil(degrees * GRID) / GRID);
  const box = [least(longitude - across, 180), least(latitude - up, 90), most(longitude + across, 180), most(latitude + up, 90)];
  return box.map((degrees) => degrees.toFixed(3)).join(',');
}
