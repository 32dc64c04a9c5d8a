import { extract } from 'tar';

/**
 * Extracts the wanted files of a tar archive, gzipped or not, whose content is in one top folder, without that folder.
 * Links and entries outside the top folder are never extracted.
 *
 * @param wants given the path below the top folder
 * @throws Error when the archive is damaged or truncated, or a wanted path leads out of the folder
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
