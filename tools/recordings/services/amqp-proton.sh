# shellcheck shell=bash disable=SC2034
ports="724/tcp 672/tcp"
packages="python3-qpid-proton"
notes="AMQP 1.0"

start() {
  exec python3 - <<E
from proton.handlers import MessagingHandler
from proton.reactor import Container
class Server(MessagingHandler):
    def on_start(self, event):
        event.container.listen('$SERVER:$PORT')
    def on_message(self, event):
        print(event.message.body)
Container(Server()).run()
E
}

client() {
  timeout 8 python3 - <<E
from proton import Message
from proton.utils import BlockingConnection
connection = BlockingConnection('amqp://$SERVER:$PORT', timeout=4)
connection.create_sender('lab').send(Message(body='hello'))
connection.close()
E
  true
}
