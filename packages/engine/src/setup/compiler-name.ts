/** The C++ compiler that set-up calls: `CXX`, else g++. */
export function compilerName(env: NodeJS.ProcessEnv = process.env): string {
  return env['CXX'] || 'g++';
}
