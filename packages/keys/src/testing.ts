export { StageWorkspace } from './bundle/stage-workspace.fixture.js';
