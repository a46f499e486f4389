class VisitsController < ApplicationController
  def create
    Visit.create!(path: request.path)
    render json: { message: 'Hello from Rails', environment: Rails.env, visits: Visit.count }
  end

  def index
    render json: Visit.order(:id).pluck(:path)
  end
end
