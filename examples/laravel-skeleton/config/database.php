<?php

return [
    'path' => getenv('HOP3_DATA') ?: dirname(__DIR__) . '/database',
];
