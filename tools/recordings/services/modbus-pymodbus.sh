# shellcheck shell=bash disable=SC2034
ports="502/tcp 801/tcp"
packages="python3-pymodbus python3-serial-asyncio mbpoll"

start() {
  exec python3 - <<E
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
block = lambda: ModbusSequentialDataBlock(0, [17] * 100)
StartTcpServer(context=ModbusServerContext(slaves=ModbusSlaveContext(di=block(), co=block(), hr=block(), ir=block()), single=True), address=('$SERVER', $PORT))
E
}

client() {
  mbpoll -1 -m tcp -p $PORT -a 1 -t 4 -r 1 -c 5 $SERVER
  mbpoll -1 -m tcp -p $PORT -a 1 -t 0 -r 1 -c 8 $SERVER
  mbpoll -m tcp -p $PORT -a 1 -t 4 -r 7 $SERVER 42
  mbpoll -1 -m tcp -p $PORT -a 1 -t 4 -r 900 -c 5 $SERVER
}
