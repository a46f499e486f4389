# A package of nixpkgs as an app. Its programs are on PATH, its other files beside hop3/runtime.json.
{ plan, attribute, bin, app, ... }:
let base = attribute plan.package; in
app { path = [ (bin base) ]; } { inherit base; } ''
  rmdir $out/bin
  for entry in "$base"/*; do
    test "$entry" = "$base/hop3" || ln -s "$entry" $out/
  done
  mkdir -p $out/bin
''
