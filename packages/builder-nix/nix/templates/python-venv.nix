# A Python app with a requirements.txt. Its wheels are downloaded by a derivation whose hash is in hop3.lock.json; the rest is done without a network.
{ pkgs, plan, src, attribute, bin, app, ... }:
let
  python = attribute plan.python;
  pip = attribute plan.pip;
  wheels = pkgs.runCommand "${plan.name}-wheels-${plan.inputs}"
    {
      inherit src;
      nativeBuildInputs = [ python pip ];
      outputHash = plan.hash;
      outputHashAlgo = null;
      outputHashMode = "recursive";
      impureEnvVars = [ "http_proxy" "https_proxy" "no_proxy" "PIP_INDEX_URL" "SSL_CERT_FILE" "NIX_SSL_CERT_FILE" ];
    } ''
    mkdir -p $out
    cd "$src"
    HOME=$TMPDIR pip download --disable-pip-version-check --no-cache-dir --only-binary :all: --dest $out -r requirements.txt
  '';
in
app { path = [ "${placeholder "out"}/venv/bin" (bin python) ]; env = { PYTHONUNBUFFERED = "1"; VIRTUAL_ENV = "${placeholder "out"}/venv"; }; }
  {
    inherit src wheels;
    nativeBuildInputs = [ python pip ];
  } ''
  cp -R "$src"/. $out/
  chmod -R u+w $out
  python3 -m venv --without-pip $out/venv
  cd $out
  for wheel in "$wheels"/*.whl; do
    HOME=$TMPDIR pip --python $out/venv/bin/python install --disable-pip-version-check --no-cache-dir --no-index --no-deps --no-compile "$wheel"
  done
''
