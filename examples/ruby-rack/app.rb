require 'sinatra'

get '/' do
  "Hello from Ruby, #{settings.environment}"
end

get '/hello/:name' do
  "Hello, #{params['name']}"
end
