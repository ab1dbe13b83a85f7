/**
 * Variables of the server's own environment that programs need to find their way; everything else stays with the
 * server.
 */
const NECESSARY = [
  "PATH",
  "HOME",
  "USERPROFILE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "LANG",
  "LC_ALL",
  "TZ",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "NODE_USE_ENV_PROXY",
];

/**
 * `process.env` of a worker thread: the deployment's variables over the necessary ones of the server's process (A21).
 */
export function threadEnv(deployment: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of NECESSARY) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...deployment };
}
