# Fetches a nixpkgs by address and hash. With the hash known nothing is fetched twice.
{ url, sha256 }: "${builtins.fetchTarball { inherit url sha256; }}"
