<?php

return [
    'name' => getenv('APP_NAME') ?: 'Laravel',
    'env' => getenv('APP_ENV') ?: 'local',
];
