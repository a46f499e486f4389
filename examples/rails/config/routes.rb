Rails.application.routes.draw do
  root 'visits#create'
  resources :visits, only: :index
end
