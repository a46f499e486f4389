<?php

namespace App\Http;

final class HomeController
{
    public function __construct(private array $app, private string $directory)
    {
    }

    public function __invoke(): array
    {
        file_put_contents("$this->directory/visits", '.', FILE_APPEND);
        $visits = filesize("$this->directory/visits");
        return ['message' => "Hello from {$this->app['name']}", 'environment' => $this->app['env'], 'visits' => $visits];
    }
}
