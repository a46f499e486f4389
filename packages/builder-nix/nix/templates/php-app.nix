# A PHP app, with the packages of composer.json where it has any: nixpkgs' PHP with the extensions that are asked for.
{ pkgs, plan, src, attribute, bin, app, added, building, patched, ... }:
let
  base = attribute plan.php;
  # In every PHP, and no extensions of their own in nixpkgs.
  builtIn = [ "core" "date" "hash" "json" "libxml" "pcre" "phar" "random" "reflection" "spl" "standard" ];
  wanted = builtins.filter (name: !(builtins.elem name builtIn)) plan.extensions;
  php =
    if wanted == [ ] then base
    else base.withExtensions ({ enabled, all }: enabled ++ map (name: all.${name} or (throw "${plan.php} has no extension ${name}")) wanted);
  composer = if plan.composer then [ php.packages.composer pkgs.unzip ] else [ ];
  vendor = added "vendor" { nativeBuildInputs = [ php ] ++ composer; inherit (plan) flags; } ''
    export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_CACHE_DIR=/dev/null
    composer install --no-dev --no-interaction --no-progress --prefer-dist --no-scripts --no-autoloader $flags
  '';
in
app { path = [ (bin php) ]; }
  (building // {
    inherit src;
    vendor = if plan.hash == null then "" else vendor;
    inherit (plan) inputs;
    nativeBuildInputs = [ php ] ++ composer;
  }) ''
  cp -R "$src"/. $out/
  chmod -R u+w $out
  cd $out
  if test -n "$vendor"; then
    cp -R "$vendor"/. $out/
    chmod -R u+w $out
    # The autoloader keeps the name it finds, and makes up one at random where there is none.
    find . -path '*/composer/installed.json' | while IFS= read -r file; do
      autoload=''${file%/composer/installed.json}/autoload.php
      test -e "$autoload" || echo "<?php // ComposerAutoloaderInit$inputs::" >"$autoload"
    done
  fi
  ${patched}
  HOME=$TMPDIR COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_CACHE_DIR=/dev/null bash -e "$commandsPath"
''
