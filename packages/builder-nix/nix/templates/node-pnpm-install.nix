# A Node.js app with a pnpm-lock.yaml. Its packages are downloaded by a derivation whose hash is in hop3.lock.json; their scripts and its build run without a network.
{ plan, src, attribute, bin, app, added, building, patched, ... }:
let
  node = attribute plan.node;
  pnpm = attribute plan.pnpm;
  settings = {
    # The pnpm of nixpkgs, whichever one package.json names.
    npm_config_manage_package_manager_versions = "false";
    pnpm_config_pm_on_fail = "ignore";
    # Its packages are there: it would install them again before each script, and note when and where.
    pnpm_config_verify_deps_before_run = "false";
  };
  unattended = settings // { CI = "true"; };
  modules = added "node-modules" (unattended // { nativeBuildInputs = [ node pnpm ]; }) ''
    pnpm install --frozen-lockfile --ignore-scripts --store-dir "$TMPDIR/store" --package-import-method copy
    # When, and where from.
    find . -name '.pnpm-workspace-state*' -path '*/node_modules/*' -delete
    find . -name .modules.yaml -path '*/node_modules/*' -exec sed -i -E 's/("?(prunedAt|storeDir)"?: *).*[^,](,?)$/\1""\3/' '{}' +
  '';
in
app
  {
    path = [ "${placeholder "out"}/node_modules/.bin" (bin node) (bin pnpm) ];
    env = settings;
  }
  (unattended // building // {
    inherit src;
    modules = if plan.hash == null then "" else modules;
    nativeBuildInputs = [ node pnpm ];
  }) ''
  cp -R "$src"/. $out/
  chmod -R u+w $out
  cd $out
  if test -n "$modules"; then
    cp -R "$modules"/. $out/
    chmod -R u+w $out
  fi
  ${patched}
  HOME=$TMPDIR bash -e "$commandsPath"
''
