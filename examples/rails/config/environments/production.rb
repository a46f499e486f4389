Rails.application.configure do
  config.cache_classes = true
  config.eager_load = true
  config.consider_all_requests_local = false
  config.public_file_server.enabled = ENV['RAILS_SERVE_STATIC_FILES'].present?
  config.logger = ActiveSupport::Logger.new($stdout) if ENV['RAILS_LOG_TO_STDOUT'].present?
  config.active_record.dump_schema_after_migration = false
end
