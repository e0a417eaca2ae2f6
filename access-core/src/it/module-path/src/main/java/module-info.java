/** An application that uses the library as a module. */
module com.example.shop {
    requires io.apiaccess.core;
}
