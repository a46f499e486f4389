/** Bytes a unix socket's path may have on every system: sun_path of sockaddr_un holds 108 on Linux and 104 on macOS and the BSDs, the closing NUL included. */
export const longestSocketPath = 103
