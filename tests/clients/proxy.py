"""A proxy that leads every connection to one address: clients keep Microsoft's names and meet the simulated tenant.

    python3 tests/clients/proxy.py HOST:PORT          # prints its own address, then serves until it is ended
"""

import asyncio
import sys


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def serve(reader, writer, target):
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"CONNECT "):
        writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        return
    far_reader, far_writer = await asyncio.open_connection(*target)
    writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
    await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))


async def main():
    host, port = sys.argv[1].rsplit(":", 1)
    server = await asyncio.start_server(lambda r, w: serve(r, w, (host, int(port))), "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    print(f"http://{address[0]}:{address[1]}", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
