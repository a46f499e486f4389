# A war or jar, downloaded: started by itself where it can be, else served by Tomcat. `serve` listens on $PORT at $BIND_ADDRESS.
{ pkgs, plan, attribute, bin, app, ... }:
let
  jdk = attribute plan.jdk;
  tomcat = attribute plan.tomcat;
  server = pkgs.writeText "server.xml" ''
    <Server port="-1">
      <Service name="Catalina">
        <Connector port="''${hop3.port}" address="''${hop3.address}" protocol="HTTP/1.1" />
        <Engine name="Catalina" defaultHost="localhost">
          <Host name="localhost" appBase="apps" workDir="''${java.io.tmpdir}/work" unpackWARs="false" autoDeploy="false" deployOnStartup="false">
            <Context path="" docBase="''${catalina.base}/app.war" />
            <Valve className="org.apache.catalina.valves.ErrorReportValve" showServerInfo="false" />
          </Host>
        </Engine>
      </Service>
    </Server>
  '';
  start = pkgs.writeText "start" ''
    #!/bin/sh
    exec java $JAVA_OPTS -Dserver.port="$PORT" -Dserver.address="''${BIND_ADDRESS:-127.0.0.1}" -jar '@out@/app.war' "$@"
  '';
  # What a page is compiled to belongs to one instance.
  serve = pkgs.writeText "serve" ''
    #!/bin/sh
    temporary=$(mktemp -d) || exit
    trap 'rm -rf "$temporary"' EXIT
    trap 'kill "$java"' TERM INT
    java $JAVA_OPTS -Dhop3.port="$PORT" -Dhop3.address="''${BIND_ADDRESS:-127.0.0.1}" -Djava.io.tmpdir="$temporary" \
      -Dcatalina.home='@tomcat@' -Dcatalina.base='@out@' -cp '@tomcat@/bin/bootstrap.jar:@tomcat@/bin/tomcat-juli.jar' \
      org.apache.catalina.startup.Bootstrap start "$@" &
    java=$!
    wait "$java"
    wait "$java"
  '';
in
app { path = [ (bin jdk) ]; workers.web = "serve"; env.JAVA_HOME = jdk.home or "${jdk}"; }
  {
    inherit tomcat server start serve;
    file = pkgs.fetchurl { inherit (plan) url hash; };
    nativeBuildInputs = [ pkgs.unzip ];
  } ''
  cp "$file" $out/app.war
  script=$serve
  # No pipe into a grep that ends at the first match: what writes into it would have failed.
  unzip -p "$file" META-INF/MANIFEST.MF >manifest 2>/dev/null || : >manifest
  if grep -q '^Main-Class:' manifest; then script=$start; fi
  sed -e "s|@out@|$out|g" -e "s|@tomcat@|$tomcat|g" "$script" >$out/bin/serve
  chmod +x $out/bin/serve
  mkdir $out/conf $out/apps
  cp "$server" $out/conf/server.xml
  cp "$tomcat/conf/web.xml" $out/conf/web.xml
''
