import { extract } from 'tar';

/**
 * Takes the wanted files out of a tar archive, gzipped or not, whose content lies in one top folder; they lose that
 * folder. Links and what lies outside the top folder are never taken.
 *
 * @param wants given the path below the top folder
 * @throws Error when the archive is damaged or cut off, or a wanted path leads out of the folder
 */
export async function extractTar(archive: string, folder: string, wants: (path: string) => boolean): Promise<void> {
  await extract({
    file: archive,
    cwd: folder,
    strip: 1,
    strict: true,
    filter: (path, entry) => 'type' in entry && entry.type === 'File' && wants(path.replace(/^[^/]*\//, '')),
  });
}
