<?php

return new class {
    public function up(string $directory): void
    {
        touch("$directory/visits");
    }
};
