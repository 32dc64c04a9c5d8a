import { stat } from 'node:fs/promises';
import { isMissing } from '@twoshot/disk';
import { type FolderFiles, imageFormats, sortFiles } from '@twoshot/image-files';
import { StageInputError } from '@twoshot/stage';

/**
 * Lists the files of a folder and its sub-folders. Links are followed.
 *
 * @throws StageInputError `folder-missing`, `not-a-folder`, `folder-empty`
 */
export async function listFolder(folder: string): Promise<FolderFiles> {
  await checkFolder(folder);
  const found = await sortFiles(folder);
  const { images, foreign, others, leftOut } = found;
  if (images.length > 0) return found;
  const names = [...foreign, ...others, ...leftOut.map(({ file, reason }) => `${file} (${reason})`)];
  const what = names.length === 0 ? 'nothing' : `only ${names.slice(0, 3).join(', ')}`;
  throw new StageInputError(
    'folder-empty',
    `no image (${imageFormats}) in ${folder}, found ${what}; put your images there, or set \`path\` to their folder`,
    { file: folder },
  );
}

async function checkFolder(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new StageInputError('folder-missing', `the folder ${folder} does not exist; set \`path\` to your images`, {
      file: folder,
    });
  }
  throw new StageInputError('not-a-folder', `${folder} is not a folder; set \`path\` to your images`, {
    file: folder,
  });
}
