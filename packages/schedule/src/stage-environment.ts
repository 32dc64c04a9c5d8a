/**
 * Variables that say where things are on this machine, or how its libraries work, and no more: a stage sees these, and
 * those that it declares, since only those are in its key.
 */
const ofTheMachine = new RegExp(
  `^(${[
    'path|pathext|home|user|logname|username|userprofile|shell|lang|language|lc_.*|tz|tmpdir|tmp|temp|hostname',
    'systemroot|systemdrive|windir|comspec|appdata|localappdata|programdata|programfiles.*|number_of_processors',
    '(https?|no|all|ftp)_proxy|ssl_cert_.*|npm_config_.*|pip_.*|xdg_.*',
    'node_.*|twoshot_.*|uv_.*|v8_.*|ld_.*|dyld_.*|malloc_.*|glibc_.*',
    'cuda_.*|nvidia_.*|tf_.*|xla_.*|omp_.*|kmp_.*|mkl_.*|openblas_.*|onednn_.*|dnnl_.*|vips_.*',
  ].join('|')})$`,
  'i',
);

/**
 * The environment of a stage.
 *
 * @param declared names that the stage reads
 */
export function stageEnvironment(
  declared: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const seen = Object.entries(env).filter(([name]) => declared.includes(name) || ofTheMachine.test(name));
  return Object.fromEntries(seen.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
