/** The router of PHP's own server: pretty URLs, and no file of the app that is not meant for browsers. */
import { shellQuote } from '@hop3/core'

export const routerFile = '.hop3-tools/router.php'

/** Below a directory that is published on purpose, only what starts with a dot is private. */
const hidden = '(^|/)\\.(?!well-known(/|$))'
/** Where the app itself is the document root, so is what it is made of. */
const ofTheApp = `${hidden}|^/(vendor|hop3|node_modules|Procfile|hop3\\.toml|composer\\.(json|lock)|package(-lock)?\\.json)(/|$)|\\.(sqlite3?|db|sql|log|ini|sh|bak|phar)$`

/**
 * A file that exists is served or, if it is PHP, run; everything else is index.php's, also paths with a dot in their last part, which the
 * server alone would refuse. No single quotes: it is one word of a shell line.
 */
function router(isPrivate: string): string {
  return `<?php
// Written by Hop3 for the server that comes with PHP.
$private = "~${isPrivate.replaceAll('\\', '\\\\')}~i";
$root = realpath($_SERVER["DOCUMENT_ROOT"]);
$path = rawurldecode((string) parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH));
$file = strpos($path, "\\0") === false ? realpath($root . $path) : false;
$inside = $file !== false && strpos($file, $root) === 0 ? substr($file, strlen($root)) : "";
if ($file !== false && (preg_match($private, $path) || preg_match($private, $inside))) {
    http_response_code(404);
    exit("Not found");
}
if ($file !== false && strpos($file . "/", $root . "/") === 0 && $file !== $root) {
    if (is_file($file)) {
        return false;
    }
    if (is_file("$file/index.php") || is_file("$file/index.html")) {
        if (substr($path, -1) === "/") {
            return false;
        }
        header("Location: " . basename($path) . "/", true, 301);
        exit();
    }
}
if (!is_file("$root/index.php")) {
    return false;
}
$_SERVER["SCRIPT_NAME"] = $_SERVER["PHP_SELF"] = "/index.php";
$_SERVER["SCRIPT_FILENAME"] = "$root/index.php";
chdir($root);
require "$root/index.php";
`
}

/** Writes the router. Nothing of the app is in it. */
export function writeRouter(root: string): string {
  return `mkdir -p .hop3-tools && printf '%s' ${shellQuote(router(root === '.' ? ofTheApp : hidden))} > ${routerFile}`
}
