# One program, downloaded and run as it is. It must be linked statically, or find its libraries on the host.
{ pkgs, plan, app, ... }:
app { }
  {
    file = pkgs.fetchurl { inherit (plan) url hash; };
    program = plan.binary;
  } ''
  cp "$file" "$out/bin/$program"
  chmod 755 "$out/bin/$program"
''
