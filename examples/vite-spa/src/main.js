import './style.css'

// Every path leads to this page; what it shows depends on the path.
const show = () => {
  document.querySelector('#app').innerHTML = `
    <h1>A single-page app</h1>
    <p>You are at <code>${location.pathname}</code>.</p>
    <nav><a href="/">Start</a> <a href="/settings">Settings</a></nav>`
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a')
  if (!link) return
  event.preventDefault()
  history.pushState({}, '', link.href)
  show()
})
addEventListener('popstate', show)
show()
