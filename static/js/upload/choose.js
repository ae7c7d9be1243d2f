// Files and whole folders, as they are chosen or dropped: a list of { file, path }.

export function chosenIn(input) {
  return [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}

export async function droppedIn(transfer) {
  const roots = [...transfer.items].map((given) => given.webkitGetAsEntry?.()).filter(Boolean);
  if (!roots.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(roots.map(walk))).flat();
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    return [{ file, path: entry.fullPath.slice(1) }];
  }
  const inside = await allIn(entry.createReader());
  return (await Promise.all(inside.map(walk))).flat();
}

/** A reader gives at most a hundred entries at a time, and none at the end. */
async function allIn(reader) {
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return found;
    found.push(...some);
  }
}
