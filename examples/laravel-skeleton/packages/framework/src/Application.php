<?php

namespace Framework;

/** Stands where laravel/framework would: configuration from the environment, its cache, routes, migrations. */
final class Application
{
    /** @var array<string, callable> */
    private array $routes = [];

    public function __construct(private string $basePath)
    {
    }

    public function config(string $file): array
    {
        $cached = $this->configCache();
        return (is_file($cached) ? require $cached : $this->freshConfig())[$file];
    }

    public function get(string $path, callable $action): void
    {
        $this->routes[$path] = $action;
    }

    public function handle(string $path): void
    {
        $app = $this;
        require "$this->basePath/routes/web.php";
        header('content-type: application/json');
        $action = $this->routes[$path] ?? null;
        http_response_code($action === null ? 404 : 200);
        echo json_encode($action === null ? ['message' => 'There is no such page'] : $action());
    }

    /** What `php artisan` runs. */
    public function run(string $command): int
    {
        echo "$command\n";
        return match ($command) {
            'config:cache' => $this->write($this->configCache(), $this->freshConfig()),
            'package:discover', 'route:cache' => 0,
            'migrate' => $this->migrate(),
            default => 1,
        };
    }

    private function freshConfig(): array
    {
        $files = glob("$this->basePath/config/*.php");
        return array_combine(array_map(fn ($file) => basename($file, '.php'), $files), array_map(fn ($file) => require $file, $files));
    }

    private function configCache(): string
    {
        $path = getenv('APP_CONFIG_CACHE') ?: 'bootstrap/cache/config.php';
        return str_starts_with($path, '/') ? $path : $this->basePath . '/' . $path;
    }

    private function migrate(): int
    {
        $directory = $this->config('database')['path'];
        foreach (glob("$this->basePath/database/migrations/*.php") as $file) {
            (require $file)->up($directory);
        }
        return 0;
    }

    private function write(string $file, array $values): int
    {
        return file_put_contents($file, '<?php return ' . var_export($values, true) . ';') === false ? 1 : 0;
    }
}
