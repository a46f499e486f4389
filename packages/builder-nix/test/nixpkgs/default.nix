# A stand-in for nixpkgs where it cannot be had: attributes and functions of its names, made of the host's own programs. Nothing in it is meant for use.
# It shows that expressions are called as nixpkgs is called, not that the real packages build. docs/nix.md lists what is used of nixpkgs.
{ }:
let
  system = builtins.currentSystem;
  # Where the host has what is in no usual place: written by who uses this.
  places = builtins.fromJSON (builtins.readFile ./places.json);
  lib = {
    splitString = separator: text: builtins.filter builtins.isString (builtins.split (lib.escapeRegex separator) text);
    escapeRegex = builtins.replaceStrings [ "." ] [ "\\." ];
    attrByPath = path: default: set:
      if path == [ ] then set
      else if builtins.isAttrs set && builtins.hasAttr (builtins.head path) set then lib.attrByPath (builtins.tail path) default set.${builtins.head path}
      else default;
    getBin = package: package.bin or package;
    makeBinPath = packages: builtins.concatStringsSep ":" (map (package: "${lib.getBin package}/bin") packages);
    licenses = { };
  };
  sh = name: attributes: script: derivation (attributes // {
    inherit name system;
    builder = "/bin/bash";
    PATH = "${builtins.concatStringsSep ":" (map (package: "${package}/bin") (attributes.nativeBuildInputs or [ ]))}:/usr/local/bin:/usr/bin:/bin";
    # The options of nixpkgs' stdenv/setup.sh, under which a pattern that matches nothing is nothing.
    # The shell stays to the end: its last command would replace it otherwise, and Nix kill that as it closes its output.
    args = [ "-eu" "-o" "pipefail" "-O" "nullglob" "-O" "inherit_errexit" "-c" "${script}\nexit 0" ];
  }) // { passthru = { }; meta = { }; };
  runCommand = name: attributes: script: sh name (attributes // { text = script; passAsFile = (attributes.passAsFile or [ ]) ++ [ "text" ]; }) ''source "$textPath"'';
  # Modules are vendored by a derivation of their own, with a hash, and only where there are any; as nixpkgs does it.
  buildGoModule = {
    override = { go }: goModule "${go}/bin";
    __functor = _self: goModule places.go;
  };
  goModule = programs: { pname, version, src, vendorHash }:
    let
      go = "export HOME=$TMPDIR GOFLAGS=-mod=mod GOTOOLCHAIN=local PATH=$PATH:${programs}; cp -R $src source; chmod -R u+w source; cd source";
      vendor = sh "${pname}-go-modules" { inherit src; outputHash = vendorHash; outputHashAlgo = null; outputHashMode = "recursive"; impureEnvVars = [ "GOPROXY" "GOSUMDB" ]; }
        "${go}; go mod vendor; cp -R vendor $out";
    in
    sh "${pname}-${version}" { inherit src; vendor = if vendorHash == null then "" else vendor; }
      "${go}; test -z \"$vendor\" || cp -R $vendor vendor; export GOFLAGS=; mkdir -p $out/bin; go build -trimpath -o $out/bin/ .";
  writeText = name: text: builtins.toFile name text;
  fetchurl = { url, sha256 ? null, hash ? sha256, name ? baseNameOf url, executable ? false }: derivation {
    inherit name url executable system;
    builder = "builtin:fetchurl";
    urls = [ url ];
    outputHash = hash;
    outputHashAlgo = if builtins.match "sha256[-:].*" hash == null then "sha256" else null;
    outputHashMode = if executable then "recursive" else "flat";
    unpack = false;
    preferLocalBuild = true;
  };
  # A program of the host under the name of a package.
  program = name: target: sh name { } "mkdir -p $out/bin; ln -s ${target} $out/bin/";

  # The same with several, and what a package of nixpkgs has beside its output.
  programs = name: targets: sh name { } "mkdir -p $out/bin; ln -s ${builtins.concatStringsSep " " targets} $out/bin/";
  jdk = programs "jdk" [ "/usr/bin/java" "/usr/bin/javac" "/usr/bin/jar" ] // { home = "/usr/lib/jvm/default-java"; };
  # Its extensions are the host's.
  php = programs "php" [ "/usr/bin/php" ] // {
    packages.composer = program "composer" "/usr/bin/composer";
    withExtensions = choose: builtins.deepSeq (choose { enabled = [ ]; all = { mbstring = "mbstring"; xml = "xml"; }; }) php;
  };

  # What an app propagates is written down, as setup hooks of nixpkgs do.
  propagating = packages: ''
    mkdir -p $out/nix-support
    echo "${builtins.concatStringsSep " " (map toString packages)}" >$out/nix-support/propagated-build-inputs
  '';
  sitePackages = "lib/python3.11/site-packages";
  buildPythonApplication = { pname, version, src, propagatedBuildInputs ? [ ], ... }: sh "${pname}-${version}" { inherit src; } ''
    mkdir -p $out/${sitePackages}
    cp $src/*.py $out/${sitePackages}/
    ${propagating propagatedBuildInputs}
  '';
  gunicorn = sh "gunicorn" { server = ./gunicorn.py; } "mkdir -p $out/bin; cp $server $out/bin/gunicorn; chmod +x $out/bin/gunicorn";
  flask = sh "flask" { module = ./flask.py; } "mkdir -p $out/${sitePackages}; cp $module $out/${sitePackages}/flask.py";
in
{
  inherit lib runCommand writeText fetchurl buildGoModule system jdk php;
  # With a compiler of C.
  runCommandCC = runCommand;
  jdk17 = jdk;
  php82 = php;
  maven = program "maven" "/usr/bin/mvn";
  gradle = program "gradle" "/usr/bin/gradle";
  ruby = programs "ruby" [ "/usr/bin/ruby" "/usr/bin/bundle" "/usr/bin/gem" ];
  pkg-config = sh "pkg-config" { } "mkdir -p $out/bin";
  unzip = program "unzip" "/usr/bin/unzip";
  cacert = sh "cacert" { } "mkdir -p $out/etc/ssl/certs; ln -s /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-bundle.crt";
  # nixpkgs has its conf beside its bin and lib, too.
  tomcat10 = sh "tomcat" { web = ./web.xml; } "mkdir -p $out/conf; ln -s /usr/share/tomcat10/bin /usr/share/tomcat10/lib $out/; cp $web $out/conf/web.xml";
  pnpm = sh "pnpm" { } "mkdir -p $out/bin; printf '#!/bin/sh\\nexec ${places.node} ${places.pnpm} \"$@\"\\n' >$out/bin/pnpm; chmod +x $out/bin/pnpm";
  stdenv = { inherit system; hostPlatform = { inherit system; }; };
  nodejs_20 = program "nodejs-20" places.node;
  go_1_21 = sh "go-1.21" { } "mkdir -p $out/bin; ln -s ${places.go}/go $out/bin/";
  runtimeShell = "/bin/sh";
  hello = sh "hello-1.0" { } "mkdir -p $out/bin; printf '#!/bin/sh\\necho Hello, world!\\n' >$out/bin/hello; chmod +x $out/bin/hello";
  nodejs = program "nodejs" places.node;
  python3 = program "python3" "/usr/bin/python3";
  python3Packages = {
    pip = program "pip" "/usr/bin/pip";
    inherit buildPythonApplication flask gunicorn;
  };
}
