import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Runs DynamoDB Local in memory on loopback only. Its own main class listens on every interface. */
class DynamoDbLocal {
    public static void main(String[] arguments) throws Exception {
        // Only an embedded DynamoDB Local uses the port. No file, one set of tables, no delays.
        var requests = new LocalDynamoDBRequestHandler(0, true, null, true, false);
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new LocalDynamoDBServerHandler(requests, null));
        server.start();
        System.out.println("listening on port " + connector.getLocalPort());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }
}
