# A Ruby app with a Gemfile.lock. Its gems are downloaded by a derivation whose hash is in hop3.lock.json, and installed without a network.
{ pkgs, plan, src, attribute, bin, app, added, building, patched, ... }:
let
  ruby = attribute plan.ruby;
  settings = {
    BUNDLE_FROZEN = "true";
    BUNDLE_WITHOUT = plan.without;
    BUNDLE_SILENCE_ROOT_WARNING = "true";
    # No settings of a developer's.
    BUNDLE_APP_CONFIG = "/nonexistent";
    BUNDLE_DISABLE_VERSION_CHECK = "true";
  };
  gems = added "gems" (settings // { nativeBuildInputs = [ ruby ]; }) ''
    export BUNDLE_PATH=$TMPDIR/bundle
    bundle cache --no-install
  '';
  libraries = map attribute plan.libraries;
in
app
  {
    # Gems may have parts in C.
    runCommand = pkgs.runCommandCC;
    path = [ (bin ruby) ];
    env = settings // { BUNDLE_PATH = "${placeholder "out"}/vendor/bundle"; BUNDLE_GEMFILE = "${placeholder "out"}/Gemfile"; };
  }
  (settings // building // {
    inherit src;
    gems = if plan.hash == null then "" else gems;
    nativeBuildInputs = [ ruby pkgs.pkg-config ];
    buildInputs = libraries;
  }) ''
  cp -R "$src"/. $out/
  chmod -R u+w $out
  cd $out
  export HOME=$TMPDIR BUNDLE_PATH=$out/vendor/bundle
  if test -n "$gems"; then
    cp -R "$gems"/. $out/
    chmod -R u+w $out
    bundle install --local
    (cd "$gems" && find . -type f -print0) | xargs -0 -r rm -f --
    rm -rf vendor/bundle/ruby/*/cache
    # They say when and where a gem was compiled.
    find vendor/bundle '(' -name gem_make.out -o -name mkmf.log ')' -delete
    find vendor -type d -empty -delete
  fi
  ${patched}
  bash -e "$commandsPath"
''
