<?php

use App\Http\HomeController;

/** @var Framework\Application $app */
$app->get('/', new HomeController($app->config('app'), $app->config('database')['path']));
