import { json } from '@sveltejs/kit'

export function GET({ params }) {
  return json({ message: `Hello, ${params.name}` })
}
