// What a map's address says besides the place: filters and layers, in its query. Everything is read forgivingly.

const FILTERS = ['season', 'evening', 'neighbourhood', 'festivity_class', 'since'];
const LAYERS = ['houses', 'heat', 'neighbourhoods'];
const USUAL_LAYERS = 'houses,heat';

/** { filters: URLSearchParams of those that are set, layers: Set, bbox: [w, s, e, n] or null } of a query. */
export function parseAsked(query) {
  const asked = new URLSearchParams(query);
  const layers = asked.has('layers') ? asked.get('layers').split(',') : USUAL_LAYERS.split(',');
  return { filters: filtersOf(asked), layers: new Set(LAYERS.filter((name) => layers.includes(name))), bbox: boxOf(asked.get('bbox')) };
}

/** The query, from "?" on, or "" for a map without filters and with its usual layers. */
export function formatAsked({ filters, layers }) {
  const asked = filtersOf(filters);
  const shown = LAYERS.filter((name) => layers.has(name)).join(',');
  if (shown !== USUAL_LAYERS) asked.set('layers', shown);
  const query = asked.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return query && `?${query}`;
}

/** The filters among these, in one order, without empty ones. */
export function filtersOf(entries) {
  const kept = new URLSearchParams();
  FILTERS.forEach((name) => entries.getAll(name).filter(Boolean).forEach((value) => kept.append(name, value)));
  return kept;
}

/** Whether some houses of the season are left out: the tiles hold them all. */
export function narrows(filters) {
  return FILTERS.some((name) => name !== 'season' && filters.has(name));
}

function boxOf(text) {
  const box = (text ?? '').split(',').map((side) => (side.trim() ? Number(side) : NaN));
  const [west, south, east, north] = box;
  const sound = box.length === 4 && box.every(Number.isFinite) && west <= east && south <= north && Math.abs(south) <= 90 && Math.abs(north) <= 90;
  return sound ? box : null;
}
