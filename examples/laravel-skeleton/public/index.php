<?php

require __DIR__ . '/../vendor/autoload.php';

(require __DIR__ . '/../bootstrap/app.php')->handle(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
