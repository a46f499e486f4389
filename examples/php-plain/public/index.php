<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

if ($path === '/') {
    $visits = (int) @file_get_contents(getenv('HOP3_DATA') . '/visits') + 1;
    file_put_contents(getenv('HOP3_DATA') . '/visits', (string) $visits);
    echo "Hello from PHP, visit $visits";
} elseif (preg_match('~^/hello/(.+)$~', $path, $found)) {
    echo 'Hello, ', htmlspecialchars(rawurldecode($found[1]));
} else {
    http_response_code(404);
    echo 'There is no such page';
}
