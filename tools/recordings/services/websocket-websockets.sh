# shellcheck shell=bash disable=SC2034
ports="724/tcp"
packages="python3-websockets"
protocol="websocket"

start() {
  exec python3 - <<E
import asyncio, websockets
async def echo(socket):
    async for message in socket:
        await socket.send(message)
async def main():
    async with websockets.serve(echo, '$SERVER', $PORT):
        await asyncio.Future()
asyncio.run(main())
E
}

client() {
  say 1 'hello\n' 'again\n' | timeout 8 python3 -m websockets ws://$SERVER:$PORT/lab
  true
}
