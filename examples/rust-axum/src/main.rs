//! An axum server on `$PORT` at `$BIND_ADDRESS` that ends its requests before it ends.

use std::env;

use axum::{extract::Path, routing::get, Json, Router};
use serde::Serialize;
use tokio::{
    net::TcpListener,
    signal::unix::{signal, SignalKind},
};

#[derive(Serialize)]
struct Greeting {
    message: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new()
        .route("/", get(|| async { "Hello from Rust" }))
        .route("/hello/{name}", get(hello));
    let address = format!("{}:{}", env::var("BIND_ADDRESS")?, env::var("PORT")?);
    let listener = TcpListener::bind(address).await?;
    let mut told_to_end = signal(SignalKind::terminate())?;
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            told_to_end.recv().await;
        })
        .await?;
    Ok(())
}

async fn hello(Path(name): Path<String>) -> Json<Greeting> {
    Json(Greeting {
        message: format!("Hello, {name}"),
    })
}
