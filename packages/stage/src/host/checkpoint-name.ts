/** `<part>.<step>.checkpoint`; the end of a part, which outlives the work, has an ending of its own. */
export const ending = '.checkpoint';
export const endEnding = '.end';
export const draftEnding = '.draft';

const checkpoint = /^[^.]+\.\d{9,}\.(checkpoint|end)$/;
const draft = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.draft$/;

/** Whether a file is one that a stage keeps its checkpoints in, whole or not. */
export const isCheckpointName = (name: string): boolean => checkpoint.test(name) || draft.test(name);

/** Whether a file is an end, from which longer work may go on. */
export const isEndName = (name: string): boolean => isCheckpointName(name) && name.endsWith(endEnding);
