# What the templates of build tools of the JVM share. `tool` is one of them: how its downloads are kept, and how it builds from them.
tool: { plan, src, attribute, bin, app, fetched, building, ... }@given:
let
  jdk = attribute plan.jdk;
  own = tool given;
  environment = { nativeBuildInputs = [ jdk own.package ]; JAVA_HOME = jdk.home or "${jdk}"; };
  repository = fetched own.name (building // environment) ''
    ${own.wrapper}
    bash -e "$commandsPath"
    ${own.download}'';
in
app { path = [ (bin jdk) ]; env.JAVA_HOME = environment.JAVA_HOME; } (building // environment // { inherit src repository; inherit (own) offline; }) ''
  ${own.build}cp -R "$src"/. $out/
  chmod -R u+w $out
  while IFS= read -r path; do
    test -n "$path" || continue
    mkdir -p "$out/$(dirname "$path")"
    cp -R "$path" "$out/$(dirname "$path")/"
  done <"$madePath"
''
