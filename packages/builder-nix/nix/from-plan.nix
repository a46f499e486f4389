# What all templates share: the plan's values, the source without Hop3's own files, and how a package says how it runs.
{ pkgs, template, directory }:
let
  inherit (builtins) baseNameOf dirOf elem fromJSON isList isString match path placeholder readFile toJSON;
  inherit (pkgs) lib;

  # Values are data from here on. Nothing of them is ever read as an expression or a path of this file.
  plan = fromJSON (readFile (directory + "/hop3-plan.json"));

  own = [ "hop3.nix" "hop3-plan.json" "hop3.lock.json" "hop3.toml" ];
  src = path {
    name = "source";
    path = directory;
    filter = file: _type: !(dirOf file == toString directory && elem (baseNameOf file) own);
  };

  # `python3Packages.flask` by its name.
  attribute = name:
    if match "[A-Za-z0-9_'.-]+" name == null then throw "${toJSON name} is no name of a package"
    else lib.attrByPath (lib.splitString "." name) (throw "nixpkgs has no package ${name}") pkgs;
  bin = package: "${lib.getBin package}/bin";

  # A package with hop3/runtime.json in it (ADR 035). `script` is constant text of a template: values reach it as variables.
  app = { path ? [ ], workers ? { }, env ? { }, runCommand ? pkgs.runCommand }: attributes: script:
    runCommand plan.name
      (attributes // {
        runtime = toJSON {
          workers = workers // plan.workers;
          env = env // plan.env;
          path = [ "${placeholder "out"}/bin" ] ++ path ++ map (name: bin (attribute name)) plan.paths;
        };
        passAsFile = [ "runtime" ] ++ (attributes.passAsFile or [ ]);
      })
      ''
        mkdir -p $out/bin $out/hop3
        cp "$runtimePath" $out/hop3/runtime.json
        ${script}
      '';
  # What a package manager downloads: with a network, and a hash in hop3.lock.json. What it was locked for is in its name.
  fetched = what: attributes: script:
    pkgs.runCommand "${plan.name}-${what}-${plan.inputs}"
      (attributes // {
        inherit src;
        outputHash = plan.hash;
        outputHashAlgo = null;
        outputHashMode = "recursive";
        SSL_CERT_FILE = "${pkgs.cacert}/etc/ssl/certs/ca-bundle.crt";
        impureEnvVars = [ "http_proxy" "https_proxy" "all_proxy" "no_proxy" ];
      })
      ''
        export HOME=$TMPDIR
        cp -R "$src" app
        chmod -R u+w app
        cd app
        ${script}
      '';
  # The same of one that puts its downloads into the source: all that was not there before.
  added = what: attributes: script: fetched what attributes ''
    ${script}
    cd ..
    (cd "$src" && find . ! -type d -print0) | (cd app && xargs -0 -r rm -f --)
    find app -mindepth 1 -type d -empty -delete
    cp -R app $out
  '';

  # The commands that build the app, as the plan has them: text of a shell, and never of this file.
  building = {
    commands = builtins.concatStringsSep "\n" (plan.build ++ [ "" ]);
    made = builtins.concatStringsSep "\n" (plan.outputs ++ [ "" ]);
    passAsFile = [ "commands" "made" ];
  };
  # Programs of the source are found where nixpkgs has their interpreters.
  patched = ''
    if type patchShebangs >/dev/null 2>&1; then patchShebangs .; fi
  '';
in
{
  package = template { inherit pkgs lib plan src attribute bin app fetched added building patched; };
}
