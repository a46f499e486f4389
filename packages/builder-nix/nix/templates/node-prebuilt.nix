# A Node.js app whose dependencies are in its source, or that has none: nothing is installed.
{ pkgs, plan, src, attribute, bin, app, ... }:
app { path = [ (bin (attribute plan.node)) ]; } { inherit src; } ''
  cp -R "$src"/. $out/
''
