# A Go app with a go.mod. Its modules are downloaded by nixpkgs' own derivation, whose hash is in hop3.lock.json; null where it has none.
{ pkgs, plan, src, attribute, app, bin, ... }:
let
  build = if plan.go == "go" then pkgs.buildGoModule else pkgs.buildGoModule.override { go = attribute plan.go; };
  base = build {
    # The modules are named after it: what go.mod asked for is then in their name.
    pname = if plan.hash == null then plan.name else "${plan.name}-${plan.inputs}";
    version = "0";
    inherit src;
    vendorHash = plan.hash;
  };
in
app { path = [ (bin base) ]; } { inherit base src; } ''
  rmdir $out/bin
  cp -R "$src"/. $out/
  chmod -R u+w $out
  ln -s "$base/bin" $out/bin
''
