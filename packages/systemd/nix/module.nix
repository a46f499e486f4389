# An app of Hop3 as a NixOS module. Constant: all that is the app's own stands in hop3.json beside it, and no text of it becomes Nix code.
# Import the directory and write: services.hop3.<app>.enable = true;
{ config, lib, ... }:
let
  data = builtins.fromJSON (builtins.readFile ./hop3.json);
  name = "hop3-${data.app}";
  cfg = config.services.hop3.${data.app};

  # Backing services of this host, each with what the app is told of it.
  backing =
    lib.optional cfg.postgresql.enable {
      unit = "postgresql.service";
      environment = "DATABASE_URL=postgresql:///${cfg.user}?host=/run/postgresql";
      groups = [ ];
    }
    ++ lib.optional cfg.redis.enable {
      unit = "redis-${name}.service";
      environment = "REDIS_URL=unix:///run/redis-${name}/redis.sock";
      groups = [ "redis-${name}" ];
    };
  needed = map (one: one.unit) backing;

  # The setting takes a pattern, with specifiers.
  filePath = path: builtins.replaceStrings [ "%" "*" "?" "[" ] [ "%%" "\\*" "\\?" "\\[" ] (toString path);

  addressed = lib.filterAttrs (_: one: one.isAddressed) data.services;
  lastPort = cfg.port + builtins.length (builtins.attrNames addressed) - 1;

  # Values of serviceConfig are as systemd reads them already.
  service =
    _: one:
    {
      inherit (one) description unitConfig;
      partOf = [ "${name}.target" ];
      wantedBy = lib.optional one.isStarted "${name}.target";
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ] ++ one.requires ++ needed;
      requires = one.requires ++ needed;
      serviceConfig =
        (if cfg.healthCheck.enable then one.serviceConfig else removeAttrs one.serviceConfig [ one.healthCheck ])
        // {
          User = cfg.user;
          DynamicUser = true;
          StateDirectory = name;
          SupplementaryGroups = builtins.concatLists (map (two: two.groups) backing);
          EnvironmentFile = map filePath cfg.environmentFiles;
          Environment =
            one.serviceConfig.Environment
            ++ lib.optional one.isAddressed "PORT=${toString (cfg.port + one.ordinal - 1)}"
            ++ map (two: two.environment) backing;
        };
    };

  timer = _: one: {
    description = "When ${one.description} runs";
    partOf = [ "${name}.target" ];
    wantedBy = [ "${name}.target" ];
    timerConfig = {
      OnCalendar = one.onCalendar;
      AccuracySec = "1s";
    };
  };
in
{
  options.services.hop3.${data.app} = {
    enable = lib.mkEnableOption "the app ${data.app}, as Hop3 built it";
    user = lib.mkOption {
      type = lib.types.str;
      default = name;
      description = "Who the workers run as. systemd makes the user while they run.";
    };
    port = lib.mkOption {
      type = lib.types.port;
      default = data.port;
      description = "Where the first web instance listens. Each further one has the next port.";
    };
    environmentFiles = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      description = "Files with what is secret, a NAME=\"value\" a line. Written as strings, so that none gets into the store.";
    };
    healthCheck.enable = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether a web instance has started only once it answers.";
    };
    closure = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = map builtins.storePath data.paths;
      description = "What the app consists of. It has to be in the store: `hop3 import` and `nix copy` bring it there.";
    };
    postgresql.enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether the PostgreSQL of this host has a database for the app, named by DATABASE_URL.";
    };
    redis.enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether the app has a Redis of its own, named by REDIS_URL.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = builtins.stringLength cfg.user < 32;
        message = "services.hop3.${data.app}.user has more than the 31 letters a user of Linux may have.";
      }
      {
        assertion = lastPort < 65536;
        message = "services.hop3.${data.app}.port leaves no port for the last web instance, which would have ${toString lastPort}.";
      }
    ];
    system.extraDependencies = cfg.closure;
    systemd.targets.${name} = {
      description = data.description;
      wantedBy = [ "multi-user.target" ];
    };
    systemd.services = builtins.mapAttrs service data.services;
    systemd.timers = builtins.mapAttrs timer (lib.filterAttrs (_: one: one.onCalendar != [ ]) data.services);
    services.postgresql = lib.mkIf cfg.postgresql.enable {
      enable = true;
      ensureDatabases = [ cfg.user ];
      ensureUsers = [
        {
          name = cfg.user;
          ensureDBOwnership = true;
        }
      ];
    };
    services.redis.servers = lib.mkIf cfg.redis.enable { ${name}.enable = true; };
  };
}
